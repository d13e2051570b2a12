import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { childInstanceInputs, childInstanceOutputs } from "../../provider/resources/child-instance/schema";
import { serviceBindingInputs, serviceBindingOutputs } from "../../provider/resources/service-binding/schema";
import {
  serviceInstanceInputs,
  serviceInstanceOutputs,
} from "../../provider/resources/service-instance/schema";
import { type Consumer, createConsumer } from "./consumer";
import { Editor, type Shown } from "./editor";
import { type Property, propertiesOf } from "./properties";

jest.setTimeout(600_000);

/** The oldest TypeScript that is held to work, the last of each major version since, and what comes of it. */
const compilers = {
  "typescript-5.0": "npm:typescript@5.0.4",
  "typescript-5.9": "npm:typescript@5.9.3",
  "typescript-6": "npm:typescript@6.0.3",
  "typescript-7": "npm:typescript@7.0.2",
};

const inputsOf = {
  ChildInstance: propertiesOf(childInstanceInputs),
  ServiceInstance: propertiesOf(serviceInstanceInputs),
  ServiceBinding: propertiesOf(serviceBindingInputs),
};
type Resource = keyof typeof inputsOf;

/** A program as it is written, with the places in it that an editor is asked about. */
class Draft {
  text =
    'import type * as pulumi from "@pulumi/pulumi";\nimport * as provisor from "provisor";\n' +
    "declare const anything: any;\ndeclare function value<T>(output: pulumi.Output<T>): NonNullable<T>;\n";
  readonly places: [path: string, position: number, wanted: Property][] = [];
  /** Where the properties of an object are offered. */
  readonly objects: [path: string, position: number, wanted: readonly Property[]][] = [];

  /** An object with all properties, and in each of these likewise. */
  object(path: string, properties: readonly Property[]): void {
    this.text += "{ ";
    for (const property of properties) {
      const own = `${path}.${property.name}`;
      this.places.push([own, this.text.length, property]);
      this.text += `${property.name}: ${property.isList ? "[" : ""}`;
      if (property.within.length > 0) this.object(own, property.within);
      else this.text += "anything";
      this.text += `${property.isList ? "]" : ""}, `;
    }
    this.text += "}";
  }

  /** An empty object, and those inside, each where a program would begin to write it. */
  emptyObjects(before: string, path: string, properties: readonly Property[], after: string): void {
    this.objects.push([path, this.text.length + before.length + 2, properties]);
    this.text += `${before}{  }${after};\n`;
    for (const { name, isList, within } of properties)
      if (within.length > 0)
        this.emptyObjects(
          `${before}{ ${name}: ${isList ? "[" : ""}`,
          `${path}.${name}`,
          within,
          `${isList ? "]" : ""} }${after}`,
        );
  }

  /** Reads each property of an object, and in each of these likewise. */
  reads(of: string, path: string, properties: readonly Property[], isOutput = true): void {
    for (const property of properties) {
      const own = `${path}.${property.name}`;
      this.places.push([own, this.text.length + of.length + (isOutput ? "value(".length : 1), property]);
      const read = isOutput ? `value(${of}${property.name})` : `${of}.${property.name}!`;
      this.text += `${read};\n`;
      this.reads(property.isList ? `${read}[0]!` : read, own, property.within, false);
    }
  }
}

describe("the types of the packed package", () => {
  let consumer: Consumer;

  beforeAll(async () => {
    const versions = { ...compilers, "expect-type": "1.4.0" };
    consumer = await createConsumer(["@pulumi/pulumi", "@types/node"], ["types"], versions);
  });

  afterAll(() => {
    consumer.remove();
  });

  describe.each(Object.keys(compilers))("with %s", (compiler) => {
    const check = (...args: string[]): Promise<string> =>
      consumer.run("types", "node", `../node_modules/${compiler}/bin/tsc`, "-p", "tsconfig.json", ...args);

    it("take what Pulumi's own packages take", async () => {
      const version = compilers[compiler as keyof typeof compilers].split("@")[1];
      expect((await check("--version")).trim()).toBe(`Version ${version}`);
      await check();
    });

    it("are looked at", async () => {
      const file = join(consumer.folder, "types", "outputs.ts");
      const whole = readFileSync(file, "utf8");
      writeFileSync(file, `${whole}\nexport const wrong: string = db.acceptsIncomplete;\n`);
      await expect(check()).rejects.toThrow(/outputs\.ts.*TS2322/);
      writeFileSync(file, whole);
    });
  });

  describe("in an editor", () => {
    const editorOn = (draft: Draft): Editor => {
      const editor = new Editor(join(consumer.folder, "types"), draft.text);
      expect(editor.problems()).toEqual([]);
      return editor;
    };

    const expectDocumented = (shown: Shown, path: string, { name, documentation }: Property): void => {
      expect({ path, ...shown }).toMatchObject({ path, documentation });
      expect(documentation).not.toBe("");
      expect(shown.declaration).toMatch(new RegExp(`^\\(property\\) (provisor\\.)?\\w+\\.${name}\\??: `));
    };

    it.each(Object.keys(inputsOf) as Resource[])(
      "document every input of a %s where it is given",
      (resource) => {
        const draft = new Draft();
        draft.text += `new provisor.${resource}("x", `;
        draft.object(resource, inputsOf[resource]);
        draft.text += ");\n";
        const editor = editorOn(draft);
        expect(draft.places.length).toBeGreaterThan(10);
        for (const [path, position, property] of draft.places)
          expectDocumented(editor.hover(position), path, property);
      },
    );

    it.each(Object.keys(inputsOf) as Resource[])(
      "offer the inputs of a %s with their documentation",
      (resource) => {
        const draft = new Draft();
        draft.emptyObjects(`new provisor.${resource}("x", `, resource, inputsOf[resource], ")");
        const editor = new Editor(join(consumer.folder, "types"), draft.text); // Required inputs are missing here.
        for (const [path, position, properties] of draft.objects) {
          const offered = editor.offered(position);
          for (const property of properties) {
            const shown = offered.get(property.name) ?? { declaration: "not offered", documentation: "" };
            expectDocumented(shown, `${path}.${property.name}`, property);
          }
        }
      },
    );

    it.each([
      ["ChildInstance", propertiesOf(childInstanceOutputs)],
      ["ServiceInstance", propertiesOf(serviceInstanceOutputs)],
      ["ServiceBinding", propertiesOf(serviceBindingOutputs)],
    ] as const)("document every output of a %s", (resource, outputs) => {
      const draft = new Draft();
      draft.text += `declare const made: provisor.${resource};\n`;
      draft.reads("made.", resource, outputs);
      const editor = editorOn(draft);
      expect(draft.places.length).toBeGreaterThan(10);
      for (const [path, position, property] of draft.places) {
        const { documentation } = editor.hover(position);
        expect({ path, documentation }).toEqual({
          path,
          documentation: expect.stringMatching(/\w/) as string,
        });
        // The outputs themselves have words of their own; what is in them has those of the declaration.
        if (path.split(".").length > 2) expect(documentation).toBe(property.documentation);
      }
    });

    it("show types that people can read, and the arguments of functions with documentation", () => {
      const draft = new Draft();
      const placeIn = (text: string): number => {
        const position = draft.text.length + text.indexOf("|");
        draft.text += text.replace("|", "");
        return position;
      };
      const places = [
        'new provisor.ServiceInstance("a", { |service: "a", plan: "b" });',
        'new provisor.ChildInstance("b", { onboard: [{ appId: "a", |licenseId: 5 }] });',
        'new provisor.|ServiceBinding("c", anything);',
      ].map(placeIn);
      const argumentPlaces = [
        "getLicensesOutput({ |licenseId: anything })",
        "getLicensesOutput({ |profile: anything })",
        "getInstancesOutput({ |appId: anything })",
        "getInstancesOutput({ |tsgId: anything })",
        "getInstancesOutput({ |withChildren: anything })",
        "getTenantsOutput({ |profile: anything })",
        "getCatalogOutput({ |profile: anything })",
        "getServiceOutput({ |service: anything })",
        "getPlanOutput({ service: anything, |plan: anything })",
      ].map((call) => placeIn(`provisor.${call};\n`));
      const editor = editorOn(draft);
      expect(places.map((place) => editor.hover(place).declaration)).toEqual([
        "(property) ServiceInstanceArgs.service: pulumi.Input<string>",
        "(property) ChildInstanceOnboardArgs.licenseId?: pulumi.Input<string | number | undefined>",
        expect.stringContaining(
          "ServiceBinding(name: string, args: provisor.ServiceBindingArgs, options?: pulumi.CustomResourceOptions)",
        ),
      ]);
      for (const place of argumentPlaces) expect(editor.hover(place).documentation).toMatch(/\w/);
    });
  });
});
