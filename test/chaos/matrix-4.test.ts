import { declareMatrix } from "./matrix";

declareMatrix(4);
