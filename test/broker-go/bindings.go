package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"code.cloudfoundry.org/brokerapi/v13/domain"
	"code.cloudfoundry.org/brokerapi/v13/domain/apiresponses"
)

type binding struct {
	asked     domain.BindDetails
	password  string
	bound     bool
	operation *operation
}

func (b *binding) route() string {
	if b.asked.BindResource == nil || b.asked.BindResource.Route == "" {
		return ""
	}
	return "https://route.example.com/?for=" + b.asked.BindResource.Route
}

func (b *binding) spec() domain.GetBindingSpec {
	return domain.GetBindingSpec{
		Credentials: map[string]any{
			"uri":  fmt.Sprintf("memory://user:%s@memory.example.com:4711", b.password),
			"port": 4711,
		},
		SyslogDrainURL:  "syslog-tls://logs.example.com:6514",
		RouteServiceURL: b.route(),
		VolumeMounts: []domain.VolumeMount{{
			Driver: "memory", ContainerDir: "/data", Mode: "rw", DeviceType: "shared",
			Device: domain.SharedDevice{VolumeId: "volume-1"},
		}},
		Parameters: b.asked.RawParameters,
		Endpoints: []domain.Endpoint{
			{Host: "memory.example.com", Ports: []string{"4711", "9000-9010"}},
			{Host: "logs.example.com", Ports: []string{"6514"}, Protocol: "udp"},
		},
		Metadata: domain.BindingMetadata{
			ExpiresAt: "2999-12-31T23:59:59.0Z", RenewBefore: "2999-12-01T00:00:00.0Z",
		},
	}
}

func (b *binding) answer(alreadyExists bool) domain.Binding {
	spec := b.spec()
	return domain.Binding{
		AlreadyExists: alreadyExists, Credentials: spec.Credentials, SyslogDrainURL: spec.SyslogDrainURL,
		RouteServiceURL: spec.RouteServiceURL, VolumeMounts: spec.VolumeMounts, Endpoints: spec.Endpoints,
		Metadata: spec.Metadata,
	}
}

// errRequiresApp is the specification's error for it: the module's own, ErrAppGuidNotProvided, has no error code.
var errRequiresApp = apiresponses.NewFailureResponseBuilder(
	errors.New("a log drain is for an application"), http.StatusUnprocessableEntity, "app-guid-not-provided",
).WithErrorKey("RequiresApp").Build()

// Bind creates a binding. The same request again finds it, another one for the same id is a conflict.
func (b *broker) Bind(
	ctx context.Context, id, binds string, details domain.BindDetails, asyncAllowed bool,
) (domain.Binding, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "Bind", details, instanceID(id), bindingID(binds), async(asyncAllowed))
	of := b.instances[id]
	if of == nil {
		return domain.Binding{}, apiresponses.ErrInstanceDoesNotExist
	}
	if known := of.bindings[binds]; known != nil {
		switch {
		case known.operation.isRepeatedBy("bind", details):
			return domain.Binding{IsAsync: true, OperationData: known.operation.data}, nil
		case known.bound && equal(known.asked, details):
			return known.answer(true), nil
		}
		return domain.Binding{}, apiresponses.ErrBindingAlreadyExists
	}
	wished, err := wishesIn(details.RawParameters)
	switch {
	case err != nil:
		return domain.Binding{}, err
	case of.operation.isRunning():
		return domain.Binding{}, apiresponses.ErrConcurrentInstanceAccess
	case wished.FailWith == "RequiresApp" && details.AppGUID == "":
		return domain.Binding{}, errRequiresApp
	case wished.FailWith == "ErrAppGuidNotProvided" && details.AppGUID == "":
		return domain.Binding{}, apiresponses.ErrAppGuidNotProvided
	}
	created := &binding{asked: details, password: rand.Text()}
	if !isAsync(of.planID) {
		created.bound = true
		of.bindings[binds] = created
		return created.answer(false), nil
	}
	if !asyncAllowed {
		return domain.Binding{}, apiresponses.ErrAsyncRequired
	}
	created.operation = b.begin("bind", details, details.ServiceID, details.PlanID, wished, func() {
		created.bound = true
	})
	of.bindings[binds] = created
	return domain.Binding{IsAsync: true, OperationData: created.operation.data}, nil
}

func (b *broker) findBinding(id, binds string) *binding {
	if of := b.instances[id]; of != nil {
		return of.bindings[binds]
	}
	return nil
}

// GetBinding gives a binding as it is.
func (b *broker) GetBinding(
	ctx context.Context, id, binds string, details domain.FetchBindingDetails,
) (domain.GetBindingSpec, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "GetBinding", details, instanceID(id), bindingID(binds))
	known := b.findBinding(id, binds)
	if known == nil || !known.bound {
		return domain.GetBindingSpec{}, apiresponses.ErrBindingNotFound
	}
	return known.spec(), nil
}

// Unbind removes a binding.
func (b *broker) Unbind(
	ctx context.Context, id, binds string, details domain.UnbindDetails, asyncAllowed bool,
) (domain.UnbindSpec, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "Unbind", details, instanceID(id), bindingID(binds), async(asyncAllowed))
	known := b.findBinding(id, binds)
	if known == nil {
		return domain.UnbindSpec{}, apiresponses.ErrBindingDoesNotExist
	}
	of := b.instances[id]
	switch {
	case known.operation.isRepeatedBy("unbind", details):
		return domain.UnbindSpec{IsAsync: true, OperationData: known.operation.data}, nil
	case known.operation.isRunning():
		return domain.UnbindSpec{}, apiresponses.ErrConcurrentInstanceAccess
	case !isAsync(of.planID):
		delete(of.bindings, binds)
		return domain.UnbindSpec{}, nil
	case !asyncAllowed:
		return domain.UnbindSpec{}, apiresponses.ErrAsyncRequired
	}
	known.operation = b.begin("unbind", details, details.ServiceID, details.PlanID, wishes{Polls: 1}, func() {
		delete(of.bindings, binds)
	})
	return domain.UnbindSpec{IsAsync: true, OperationData: known.operation.data}, nil
}

// LastBindingOperation tells how a binding's operation stands, and moves it on.
func (b *broker) LastBindingOperation(
	ctx context.Context, id, binds string, details domain.PollDetails,
) (domain.LastOperation, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.note(ctx, "LastBindingOperation", details, instanceID(id), bindingID(binds))
	known := b.findBinding(id, binds)
	if known == nil {
		return domain.LastOperation{}, apiresponses.ErrBindingDoesNotExist
	}
	return known.operation.poll(details)
}
