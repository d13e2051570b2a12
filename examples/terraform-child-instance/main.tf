# Several tenants of a managed-service provider, allocated together.

terraform {
  required_version = ">= 1.8"
  required_providers {
    provisor = {
      source = "provisor/provisor"
    }
  }
}

variable "tenants" {
  description = "Names of the child tenants, with the units that each of them gets."
  type        = map(number)
  default = {
    tenant-a = 100
    tenant-b = 200
  }
}

data "provisor_licenses" "all" {}

locals {
  license = one([for one in data.provisor_licenses.all.licenses : one if one.app_id == "prisma_access"])
}

resource "provisor_child_instance" "tenant" {
  for_each = var.tenants

  onboard = [{
    app_id          = local.license.app_id
    license_id      = local.license.license_id
    allocation_type = "SHARED"
    allocation = [{
      app_id          = "prisma_access_edition"
      license_type    = "GBL-SKU"
      allocation_size = each.value
    }]
    platform_region  = "americas"
    tsg_name         = each.key
    is_eula_accepted = true
  }]

  # All requests are sent first; provisor_ready waits for all of them together.
  wait = false

  # Lets a destroy pass: the API has no delete, and what was allocated stays.
  deletion_policy = "abandon"

  timeouts {
    create = "90m"
  }
}

resource "provisor_ready" "all" {
  ids = [for one in provisor_child_instance.tenant : one.id]
}

output "instances" {
  value      = { for name, one in provisor_child_instance.tenant : name => one.id }
  depends_on = [provisor_ready.all]
}
