/** Numbers of fewer digits are ports, limits and sizes. */
const MANY_DIGITS = /^\d{8,}$/;

/** Every text inside, and every number that is no port or limit. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return MANY_DIGITS.test(String(value)) ? [String(value)] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Whether an address has user info, which lets its holder in. */
export const hasUserInfo = (text: string): boolean => /:\/\/[^\s/?#]*@/.test(text);
