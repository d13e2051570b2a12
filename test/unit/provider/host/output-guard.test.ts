import { guardOutput } from "../../../../provider/host/output-guard";

const redact = (text: string): string => text.replaceAll("hush", "[redacted]");

test("what is printed is redacted, and noise is not printed", () => {
  const printed: unknown[] = [];
  const stream = { write: (chunk: unknown) => printed.push(chunk) > 0 } as unknown as NodeJS.WriteStream;
  guardOutput([stream], redact, "noise\n");
  for (const text of ["it is hush\n", "noise\n", "noise and more\n"]) stream.write(text);
  expect(printed).toEqual(["it is [redacted]\n", "noise and more\n"]);
});
