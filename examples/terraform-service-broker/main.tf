# A database of a service broker, with credentials that are rotated.

terraform {
  required_version = ">= 1.8"
  required_providers {
    provisor = {
      source = "provisor/provisor"
    }
  }
}

resource "provisor_service_instance" "db" {
  name    = "db" # the id follows from it
  service = "postgres"
  plan    = "small"
  parameters = {
    storageGb = 10
  }
}

resource "provisor_service_binding" "app" {
  name = "app"
  instance = {
    instance_id = provisor_service_instance.db.instance_id
    service     = provisor_service_instance.db.service
    plan        = provisor_service_instance.db.plan
  }
  rotate_after = "30d"

  lifecycle {
    create_before_destroy = true # a successor is bound before its predecessor is unbound
  }
}

output "dashboard" {
  value = provisor_service_instance.db.dashboard_url
}

output "secret_data" {
  value     = provider::provisor::secret_data(provisor_service_binding.app, null)
  sensitive = true
}
