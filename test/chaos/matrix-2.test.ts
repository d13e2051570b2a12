import { declareMatrix } from "./matrix";

declareMatrix(2);
