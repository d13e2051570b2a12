import { declareMatrix } from "./matrix";

declareMatrix(1);
