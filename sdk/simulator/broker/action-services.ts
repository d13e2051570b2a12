import { Ids } from "../ids";
import type { BrokerService } from "./catalog-schema";

const schemasOf = (properties: Record<string, unknown>, required: string[]) => ({
  service_instance: {
    create: {
      parameters: {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties,
        required,
        additionalProperties: false,
      },
    },
  },
});

const name = { type: "string", minLength: 1, maxLength: 128 };

/**
 * The catalog of a simulated broker of actions: `create-pluggable-database` (plan `clone-database`), `create-database-user`
 * (plan `grant-privileges`, whose id ends in a blank), and `take-snapshot` (plan `of-database`), each of which makes another.
 */
export function actionServices(seed = 1): BrokerService[] {
  const ids = new Ids(seed);
  const service = (title: string, description: string) => ({
    id: ids.uuid(`service ${title}`),
    name: title,
    description,
    bindable: false,
    plan_updateable: false,
  });
  return [
    {
      ...service("create-pluggable-database", "Creates a pluggable database"),
      plans: [
        {
          id: ids.uuid("plan clone-database"),
          name: "clone-database",
          description: "As a copy of another one",
          schemas: schemasOf({ pdb_name: name, src_pdb_name: name }, ["pdb_name", "src_pdb_name"]),
        },
      ],
      simulated: { namedBy: "pdb_name", taken: "ORA-65012: Pluggable database {name} already exists." },
    },
    {
      ...service("create-database-user", "Creates a user of a database"),
      plans: [
        {
          id: `${ids.uuid("plan grant-privileges")} `,
          name: "grant-privileges",
          description: "With privileges",
          schemas: schemasOf({ user: name, password: name, grants: { type: "array", items: name } }, [
            "user",
            "password",
          ]),
        },
      ],
      simulated: {
        namedBy: "user",
        taken: "ORA-01920: user name '{name}' conflicts with another user or role name",
      },
    },
    {
      ...service("take-snapshot", "Takes a snapshot"),
      plans: [
        {
          id: ids.uuid("plan of-database"),
          name: "of-database",
          description: "Of a pluggable database",
          schemas: schemasOf({ pdb_name: name }, ["pdb_name"]),
        },
      ],
    },
  ];
}
