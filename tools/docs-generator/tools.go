//go:build tools

// Package tools pins the generator of the Registry's pages.
package tools

import _ "github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs"
