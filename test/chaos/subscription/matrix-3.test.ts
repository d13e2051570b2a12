import { declareMatrix } from "../matrix";
import { matrix } from "./suite";

declareMatrix(matrix, 3);
