//go:build tools

// Package tools pins Pulumi's bridge to any Terraform provider. It is a module of
// its own because it needs another tablewriter than Pulumi's command line does.
package tools

import _ "github.com/pulumi/pulumi-terraform-bridge/v3/dynamic"
