import { broker } from "./broker.mjs";
import { subscription } from "./subscription.mjs";

/**
 * The APIs that the benchmark measures. Each has
 * - `programs`: the folder of each contestant's program, which is the project's name too;
 * - `settings`: the ways in which its simulator is set up, and what they are called;
 * - `serve`: starts one, and gives the programs' environment, how many requests it saw, when each instance was ready
 *   (`ends`, by the resource's name), and further figures;
 * - `operations`: what is measured of the largest stack besides its `up`;
 * - `up` and `others`: columns of the tables, and targets.
 */
export const subjects = [subscription, broker];
