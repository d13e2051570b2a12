/** Whether an address has user info, which lets its holder in. */
export const hasUserInfo = (text: string): boolean => /:\/\/[^\s/?#]*@/.test(text);
