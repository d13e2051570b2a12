package main

import (
	"context"

	"code.cloudfoundry.org/brokerapi/v13/domain"
	"code.cloudfoundry.org/brokerapi/v13/domain/apiresponses"
)

// Update changes plan and parameters of an instance.
func (b *broker) Update(
	ctx context.Context, id string, details domain.UpdateDetails, asyncAllowed bool,
) (domain.UpdateServiceSpec, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "Update", details, instanceID(id), async(asyncAllowed))
	known := b.instances[id]
	if known == nil {
		return domain.UpdateServiceSpec{}, apiresponses.ErrInstanceDoesNotExist
	}
	if known.operation.isRepeatedBy("update", details) {
		return domain.UpdateServiceSpec{IsAsync: true, OperationData: known.operation.data}, nil
	}
	wished, err := known.checkUpdate(details)
	if err != nil {
		return domain.UpdateServiceSpec{}, err
	}
	apply := func() {
		known.updates++
		if details.PlanID != "" {
			known.planID = details.PlanID
		}
		if details.RawParameters != nil {
			known.parameters = details.RawParameters
		}
	}
	if !isAsync(known.planID) {
		apply()
		return domain.UpdateServiceSpec{DashboardURL: known.dashboard(), Metadata: known.metadata()}, nil
	}
	if !asyncAllowed {
		return domain.UpdateServiceSpec{}, apiresponses.ErrAsyncRequired
	}
	known.operation = b.begin("update", details, details.ServiceID, known.planID, wished, apply)
	return domain.UpdateServiceSpec{IsAsync: true, OperationData: known.operation.data}, nil
}

func (i *instance) checkUpdate(details domain.UpdateDetails) (wishes, error) {
	if i.operation.isRunning() {
		return wishes{}, apiresponses.ErrConcurrentInstanceAccess
	}
	before, err := findPlan(i.planID)
	if err != nil {
		return wishes{}, err
	}
	if told := details.PreviousValues.PlanID; told != "" && told != before.ID {
		return wishes{}, badRequest("previous_values name another plan")
	}
	after := before
	if details.PlanID != "" {
		if after, err = findPlan(details.PlanID); err != nil {
			return wishes{}, err
		}
	}
	if after.ID != before.ID && !isUpdatable(before) {
		return wishes{}, apiresponses.ErrPlanChangeNotSupported
	}
	if err := checkMaintenance(details.MaintenanceInfo, after); err != nil {
		return wishes{}, err
	}
	return wishesIn(details.RawParameters)
}
