/** Something wrong with an input. Never holds the value. */
export interface Problem {
  /** Path of the property, such as `onboard[0].licenseId`; empty for the resource as a whole. */
  path: string;
  message: string;
}
