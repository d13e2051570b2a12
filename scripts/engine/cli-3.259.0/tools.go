//go:build tools

// Package engine pins what the Pulumi CLI is built from, where its download is refused (see docs/decisions/0001).
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
