import { declareMatrix } from "../matrix";
import { instanceMatrix } from "./suite";

declareMatrix(instanceMatrix, 1);
