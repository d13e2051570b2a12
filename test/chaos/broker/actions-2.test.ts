import { declareMatrix } from "../matrix";
import { actionMatrix } from "./actions-suite";

declareMatrix(actionMatrix, 2);
