package main

import (
	"fmt"

	"code.cloudfoundry.org/brokerapi/v13/domain"
)

// operation is an asynchronous operation of an instance or a binding. Polls alone move it on, so that a test decides
// how long it takes.
type operation struct {
	kind    string
	details any
	data    string
	// serviceID and planID are those that polls name: the plan before the update, where it changes.
	serviceID, planID string
	wished            wishes
	state             domain.LastOperationState
	finish            func()
}

func (b *broker) begin(kind string, details any, serviceID, planID string, wished wishes, finish func()) *operation {
	b.operations++
	return &operation{
		kind:    kind,
		details: details,
		// What a query parameter holds only where it is percent-encoded.
		data:      fmt.Sprintf("%s #%d: 50%% & more? é+/=", kind, b.operations),
		serviceID: serviceID,
		planID:    planID,
		wished:    wished,
		state:     domain.InProgress,
		finish:    finish,
	}
}

func (o *operation) isRunning() bool {
	return o != nil && o.state == domain.InProgress
}

// isRepeatedBy tells whether a request asks for what is being done already.
func (o *operation) isRepeatedBy(kind string, details any) bool {
	return o.isRunning() && o.kind == kind && equal(o.details, details)
}

func (o *operation) poll(details domain.PollDetails) (domain.LastOperation, error) {
	if o == nil {
		return domain.LastOperation{State: domain.Succeeded, Description: "nothing was asynchronous"}, nil
	}
	if details.OperationData != o.data || details.ServiceID != o.serviceID || details.PlanID != o.planID {
		return domain.LastOperation{}, badRequest("the poll names another operation, service or plan")
	}
	if o.isRunning() {
		o.advance()
	}
	description := fmt.Sprintf("%s: %d polls to go", o.kind, o.wished.Polls)
	if o.state == domain.Failed {
		description = o.wished.FailWith
	}
	return domain.LastOperation{State: o.state, Description: description}, nil
}

func (o *operation) advance() {
	switch {
	case o.wished.Polls > 0:
		o.wished.Polls--
	case o.wished.FailWith != "":
		o.state = domain.Failed
	default:
		o.state = domain.Succeeded
		o.finish()
	}
}
