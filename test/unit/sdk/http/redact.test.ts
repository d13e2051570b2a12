import { Redactor } from "../../../../sdk/http/redact";

const clean = (text: string): string => new Redactor().clean(text);

describe("A Redactor", () => {
  it("takes out a value it was told, wherever it is", () => {
    const redactor = new Redactor();
    redactor.add("hush-hush");
    expect(redactor.clean("a hush-hush b hush-hush")).toBe("a [redacted] b [redacted]");
  });

  it.each([
    ["a URL", "a/b c+d", "a%2Fb%20c%2Bd"],
    ["a URL, in small hexadecimal digits", "a/b c+d", "a%2fb%20c%2bd"],
    ["a form", "a/b c+d", "a%2Fb+c%2Bd"],
    ["JSON", 'x/y"z', 'x/y\\"z'],
    ["JSON that escapes slashes", 'x/y"z', 'x\\/y\\"z'],
  ])("takes out a value in its spelling in %s", (_where, value, spelling) => {
    const redactor = new Redactor();
    redactor.add(value);
    expect(redactor.clean(`secret is ${spelling}`)).toBe("secret is [redacted]");
  });

  it("takes out a value as it is spelled inside a JSON string", () => {
    const redactor = new Redactor();
    redactor.add('quo"te\\d');
    expect(redactor.clean(JSON.stringify({ note: 'quo"te\\d' }))).toBe('{"note":"[redacted]"}');
  });

  it("changes nothing in a text that it has cleaned", () => {
    const redactor = new Redactor();
    redactor.add("hunter2hunter2");
    const cleaned = redactor.clean(
      'password=hunter2hunter2 is weak, {"password":"hunter2hunter2"} at https://u:hunter2hunter2@host',
    );
    expect(redactor.clean(cleaned)).toBe(cleaned);
  });

  it("takes out the longer of two values that overlap", () => {
    const redactor = new Redactor();
    redactor.add("abcd");
    redactor.add("abcdefgh");
    expect(redactor.clean("abcdefgh")).toBe("[redacted]");
  });

  it("leaves values alone that are too short to be secrets", () => {
    const redactor = new Redactor();
    redactor.add("en");
    expect(redactor.clean("when")).toBe("when");
  });

  it.each([
    ["bearer credentials", "Authorization: Bearer abc.def-ghi", "Authorization: [redacted]"],
    ["bearer credentials in a sentence", "got Bearer s3cr3tt0ken here", "got Bearer [redacted] here"],
    ["basic credentials", "sent Basic dXNlcjpwYXNz now", "sent Basic [redacted] now"],
    ["a JWT", "Jwt eyJhbGciOi.eyJzdWIi.c2ln is bad", "Jwt [redacted] is bad"],
    ["a JSON field auth_code", '{"auth_code": "C0DE-77"}', '{"auth_code": "[redacted]"}'],
    ["a JSON field in camelCase", '{"authCode":"C0DE-77","x":1}', '{"authCode":"[redacted]","x":1}'],
    ["a JSON field wildfire_api_key", '{"wildfire_api_key":"a1b2"}', '{"wildfire_api_key":"[redacted]"}'],
    ["a JSON field with spaces and quotes", '{"password":"a \\" b"}', '{"password":"[redacted]"}'],
    ["a JSON field whose value is cut off", '{"access_token":"abcd', '{"access_token":"[redacted]'],
    ["a JSON field with a number", '{"password": 12345}', '{"password": [redacted]}'],
    [
      "a field of JSON inside a JSON string",
      '"{\\"client_secret\\":\\"abc\\"}"',
      '"{\\"client_secret\\":\\"[redacted]\\"}"',
    ],
    ["a form field", "client_secret=abc&scope=x", "client_secret=[redacted]&scope=x"],
    ["user info in a URL", "via http://me:pw@proxy:8080/", "via http://[redacted]@proxy:8080/"],
  ])("takes out %s", (_what, text, cleaned) => {
    expect(clean(text)).toBe(cleaned);
  });

  it.each([
    "Basic authentication is used with a Bearer token",
    "SUB_SERVICE_1004:license_not_found_in_db",
    "token expired: ask again",
    "  clientSecret as provisor:profiles.eu1.clientSecret in the stack's configuration",
    '{"token_type":"bearer","expires_in":899}',
  ])("leaves prose and plain fields as they are: %s", (text) => {
    expect(clean(text)).toBe(text);
  });
});
