#!/usr/bin/env node
/* eslint-disable @typescript-eslint/no-require-imports -- run by Node as it stands, without a name that ends in .cjs */
// A native provider as small as can be, for tests: it knows one resource type, takes whatever it is given, and
// neither creates nor deletes anything. It shows how a stack of dynamic resources moves to a native type.
const grpc = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const messages = require("@pulumi/pulumi/proto/provider_pb.js");
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");

const make = (Message, fields) => {
  const message = new Message();
  for (const [name, value] of Object.entries(fields)) message[`set${name}`](value);
  return message;
};
const accept = (call) => make(messages.CheckResponse, { Inputs: call.request.getNews() });
const same = () => make(messages.DiffResponse, { Changes: messages.DiffResponse.DiffChanges.DIFF_NONE });

const answers = {
  getPluginInfo: () => make(plugin.PluginInfo, { Version: "9.9.9" }),
  getSchema: () => make(messages.GetSchemaResponse, { Schema: '{"name":"provisor"}' }),
  checkConfig: accept,
  diffConfig: same,
  configure: () =>
    make(messages.ConfigureResponse, { Acceptsecrets: true, Acceptresources: true, Supportspreview: true }),
  check: accept,
  diff: same,
  read: (call) =>
    make(messages.ReadResponse, {
      Id: call.request.getId(),
      Properties: call.request.getProperties(),
      Inputs: call.request.getInputs(),
    }),
  cancel: () => new Empty(),
};

const unknown = { code: grpc.status.UNIMPLEMENTED, details: "not done by this provider" };
const server = new grpc.Server();
server.addService(
  ResourceProviderService,
  Object.fromEntries(
    Object.keys(ResourceProviderService).map((name) => [
      name,
      (call, callback) => (name in answers ? callback(null, answers[name](call)) : callback(unknown)),
    ]),
  ),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
