package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"sync"

	"code.cloudfoundry.org/brokerapi/v13/domain"
	"code.cloudfoundry.org/brokerapi/v13/domain/apiresponses"
	"code.cloudfoundry.org/brokerapi/v13/middlewares"
)

type broker struct {
	lock       sync.Mutex
	logger     *slog.Logger
	instances  map[string]*instance
	operations int
}

var _ domain.ServiceBroker = (*broker)(nil)

func newBroker(logger *slog.Logger) *broker {
	return &broker{logger: logger, instances: map[string]*instance{}}
}

// note writes down a call as the module made it, with the identities that it found in the request's headers.
func (b *broker) note(ctx context.Context, method string, details any, attributes ...any) {
	b.logger.With(attributes...).Info("call",
		slog.String("method", method),
		slog.Any("originatingIdentity", ctx.Value(middlewares.OriginatingIdentityKey)),
		slog.Any("requestIdentity", ctx.Value(middlewares.RequestIdentityKey)),
		slog.Any("details", details),
	)
}

func instanceID(id string) slog.Attr    { return slog.String("instance", id) }
func bindingID(id string) slog.Attr     { return slog.String("binding", id) }
func async(asyncAllowed bool) slog.Attr { return slog.Bool("asyncAllowed", asyncAllowed) }

// wishes are the parameters that say how an operation shall go.
type wishes struct {
	// Polls is how many polls find an asynchronous operation still in progress.
	Polls int `json:"polls"`
	// FailWith is what the operation fails with, where it shall.
	FailWith string `json:"failWith"`
}

func wishesIn(parameters json.RawMessage) (wishes, error) {
	wished := wishes{}
	if len(parameters) == 0 {
		return wished, nil
	}
	if err := json.Unmarshal(parameters, &wished); err != nil {
		return wished, apiresponses.ErrRawParamsInvalid
	}
	return wished, nil
}

// checkMaintenance compares the version that a request names, if it does, with that of the catalog.
func checkMaintenance(asked *domain.MaintenanceInfo, plan domain.ServicePlan) error {
	switch {
	case asked == nil:
		return nil
	case plan.MaintenanceInfo == nil:
		return apiresponses.ErrMaintenanceInfoNilConflict
	case plan.MaintenanceInfo.Version != asked.Version:
		return apiresponses.ErrMaintenanceInfoConflict
	}
	return nil
}

func badRequest(message string) error {
	return apiresponses.NewFailureResponse(errors.New(message), http.StatusBadRequest, "bad-request")
}

// equal tells whether two values are the same JSON.
func equal(one, other any) bool {
	return reflect.DeepEqual(plain(one), plain(other))
}

func plain(value any) (decoded any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &decoded)
	}
	if err != nil {
		panic(err)
	}
	return decoded
}
