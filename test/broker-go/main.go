// A broker in memory for the contract test of our client. All of its HTTP is that of the module brokerapi; what is
// here only answers the module's interface. It listens on a free loopback port, says on standard output where, notes
// there each call that the module makes of it, one JSON object a line, and ends when its standard input does.
package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"

	"code.cloudfoundry.org/brokerapi/v13"
)

func main() {
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		logger.Error("no port", slog.Any("error", err))
		os.Exit(1)
	}
	go func() {
		// Whoever started it is gone.
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	credentials := brokerapi.BrokerCredentials{
		Username: os.Getenv("BROKER_USERNAME"),
		Password: os.Getenv("BROKER_PASSWORD"),
	}
	logger.Info("listening", slog.String("url", "http://"+listener.Addr().String()))
	err = http.Serve(listener, brokerapi.New(newBroker(logger), logger, credentials))
	logger.Error("ended", slog.Any("error", err))
	os.Exit(1)
}
