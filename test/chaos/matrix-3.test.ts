import { declareMatrix } from "./matrix";

declareMatrix(3);
