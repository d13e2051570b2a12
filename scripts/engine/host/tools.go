//go:build tools

// Package host pins what the CLI's language host for Node.js is built from (see docs/decisions/0001).
package host

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
