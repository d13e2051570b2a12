package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"code.cloudfoundry.org/brokerapi/v13/domain"
	"code.cloudfoundry.org/brokerapi/v13/domain/apiresponses"
)

type instance struct {
	asked      domain.ProvisionDetails
	planID     string
	parameters json.RawMessage
	// provisioned is false while that is under way, and where it failed.
	provisioned bool
	// updates counts them: the dashboard moves with each.
	updates   int
	operation *operation
	bindings  map[string]*binding
}

func (i *instance) dashboard() string {
	return fmt.Sprintf("https://dashboard.example.com/%d", i.updates)
}

func (i *instance) metadata() domain.InstanceMetadata {
	return domain.InstanceMetadata{
		Labels:     map[string]any{"team": "memory"},
		Attributes: map[string]any{"updates": i.updates},
	}
}

// Provision creates an instance. The same request again finds it, another one for the same id is a conflict.
func (b *broker) Provision(
	ctx context.Context, id string, details domain.ProvisionDetails, asyncAllowed bool,
) (domain.ProvisionedServiceSpec, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "Provision", details, instanceID(id), async(asyncAllowed))
	var none domain.ProvisionedServiceSpec
	if known := b.instances[id]; known != nil {
		switch {
		case known.operation.isRepeatedBy("provision", details):
			return domain.ProvisionedServiceSpec{
				IsAsync: true, OperationData: known.operation.data, DashboardURL: known.dashboard(),
			}, nil
		case known.provisioned && equal(known.asked, details):
			return domain.ProvisionedServiceSpec{
				AlreadyExists: true, DashboardURL: known.dashboard(), Metadata: known.metadata(),
			}, nil
		}
		return none, apiresponses.ErrInstanceAlreadyExists
	}
	plan, err := findPlan(details.PlanID)
	if err != nil {
		return none, err
	}
	wished, err := wishesIn(details.RawParameters)
	if err != nil {
		return none, err
	}
	if err := checkMaintenance(details.MaintenanceInfo, plan); err != nil {
		return none, err
	}
	created := &instance{
		asked: details, planID: details.PlanID, parameters: details.RawParameters, bindings: map[string]*binding{},
	}
	spec := domain.ProvisionedServiceSpec{DashboardURL: created.dashboard(), Metadata: created.metadata()}
	if isAsync(plan.ID) {
		if !asyncAllowed {
			return none, apiresponses.ErrAsyncRequired
		}
		created.operation = b.begin("provision", details, details.ServiceID, plan.ID, wished, func() {
			created.provisioned = true
		})
		spec.IsAsync, spec.OperationData = true, created.operation.data
	} else {
		created.provisioned = wished.FailWith == ""
	}
	b.instances[id] = created
	if wished.FailWith != "" && !spec.IsAsync {
		// It leaves something behind, as brokers do.
		return none, errors.New(wished.FailWith)
	}
	return spec, nil
}

// GetInstance gives an instance as it is.
func (b *broker) GetInstance(
	ctx context.Context, id string, details domain.FetchInstanceDetails,
) (domain.GetInstanceDetailsSpec, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "GetInstance", details, instanceID(id))
	known := b.instances[id]
	switch {
	case known == nil:
		return domain.GetInstanceDetailsSpec{}, apiresponses.ErrInstanceDoesNotExist
	case !known.provisioned:
		return domain.GetInstanceDetailsSpec{}, apiresponses.NewFailureResponse(
			errors.New("the instance is not there yet"), http.StatusNotFound, "instance-not-found")
	case known.operation.isRunning():
		return domain.GetInstanceDetailsSpec{}, apiresponses.ErrConcurrentInstanceAccess
	}
	return domain.GetInstanceDetailsSpec{
		ServiceID: known.asked.ServiceID, PlanID: known.planID, DashboardURL: known.dashboard(),
		Parameters: known.parameters, Metadata: known.metadata(),
	}, nil
}

// Deprovision removes an instance.
func (b *broker) Deprovision(
	ctx context.Context, id string, details domain.DeprovisionDetails, asyncAllowed bool,
) (domain.DeprovisionServiceSpec, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "Deprovision", details, instanceID(id), async(asyncAllowed))
	known := b.instances[id]
	switch {
	case known == nil:
		return domain.DeprovisionServiceSpec{}, apiresponses.ErrInstanceDoesNotExist
	case known.operation.isRepeatedBy("deprovision", details):
		return domain.DeprovisionServiceSpec{IsAsync: true, OperationData: known.operation.data}, nil
	case known.operation.isRunning():
		return domain.DeprovisionServiceSpec{}, apiresponses.ErrConcurrentInstanceAccess
	case !isAsync(known.planID):
		delete(b.instances, id)
		return domain.DeprovisionServiceSpec{}, nil
	case !asyncAllowed:
		return domain.DeprovisionServiceSpec{}, apiresponses.ErrAsyncRequired
	}
	known.operation = b.begin("deprovision", details, details.ServiceID, details.PlanID, wishes{Polls: 1}, func() {
		delete(b.instances, id)
	})
	return domain.DeprovisionServiceSpec{IsAsync: true, OperationData: known.operation.data}, nil
}

// LastOperation tells how an instance's operation stands, and moves it on.
func (b *broker) LastOperation(
	ctx context.Context, id string, details domain.PollDetails,
) (domain.LastOperation, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "LastOperation", details, instanceID(id))
	known := b.instances[id]
	if known == nil {
		return domain.LastOperation{}, apiresponses.ErrInstanceDoesNotExist
	}
	return known.operation.poll(details)
}
