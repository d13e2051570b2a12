package main

import (
	"context"

	"code.cloudfoundry.org/brokerapi/v13/domain"
)

const serviceID = "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a001"

// The plans: what is asked of an instance of the first two is done at once, of the other two after some polls. Only
// the small ones can be changed to another.
const (
	syncSmall  = "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a011"
	syncLarge  = "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a012"
	asyncSmall = "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a013"
	asyncLarge = "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a014"
)

func isAsync(planID string) bool {
	return planID == asyncSmall || planID == asyncLarge
}

func isUpdatable(plan domain.ServicePlan) bool {
	return plan.PlanUpdatable == nil || *plan.PlanUpdatable
}

var plans = []domain.ServicePlan{
	{
		ID:              syncSmall,
		Name:            "sync-small",
		Description:     "Small, at once",
		Metadata:        &domain.ServicePlanMetadata{DisplayName: "Small", Bullets: []string{"1 GB"}},
		MaintenanceInfo: &domain.MaintenanceInfo{Version: "1.0.0", Description: "The first image"},
		Schemas: &domain.ServiceSchemas{Instance: domain.ServiceInstanceSchema{Create: domain.Schema{
			Parameters: map[string]any{
				"$schema":    "http://json-schema.org/draft-04/schema#",
				"type":       "object",
				"properties": map[string]any{"size": map[string]any{"type": "integer"}},
			},
		}}},
	},
	{
		ID:            syncLarge,
		Name:          "sync-large",
		Description:   "Large, at once",
		Free:          domain.FreeValue(false),
		PlanUpdatable: domain.PlanUpdatableValue(false),
	},
	{
		ID:                     asyncSmall,
		Name:                   "async-small",
		Description:            "Small, after a while",
		MaximumPollingDuration: new(600),
		MaintenanceInfo:        &domain.MaintenanceInfo{Version: "2.0.0+b"},
	},
	{
		ID:            asyncLarge,
		Name:          "async-large",
		Description:   "Large, after a while",
		Bindable:      domain.BindableValue(false),
		PlanUpdatable: domain.PlanUpdatableValue(false),
	},
}

// Services gives the catalog.
func (b *broker) Services(ctx context.Context) ([]domain.Service, error) {
	b.note(ctx, "Services", nil)
	return []domain.Service{{
		ID:                   serviceID,
		Name:                 "memory",
		Description:          "What a process remembers",
		Bindable:             true,
		InstancesRetrievable: true,
		BindingsRetrievable:  true,
		AllowContextUpdates:  true,
		PlanUpdatable:        true,
		Tags:                 []string{"memory", "test"},
		Requires: []domain.RequiredPermission{
			domain.PermissionSyslogDrain, domain.PermissionRouteForwarding, domain.PermissionVolumeMount,
		},
		Metadata:        &domain.ServiceMetadata{DisplayName: "Memory"},
		DashboardClient: &domain.ServiceDashboardClient{ID: "dashboard", Secret: "dashboard-secret"},
		Plans:           plans,
	}}, nil
}

func findPlan(id string) (domain.ServicePlan, error) {
	for _, plan := range plans {
		if plan.ID == id {
			return plan, nil
		}
	}
	return domain.ServicePlan{}, badRequest("there is no plan " + id)
}
