// Package otelauth tells OpenTelemetry what a service does: counters of events, gauges of password
// hashing, and an event on the span of the request that caused it, or a span where there is none.
//
//	telemetry, err := otelauth.New()
//	settings.Events = telemetry.Events(auth.LogEvents(log)) // and what else should be told
//	service, err := auth.New(settings, stores)
//	err = telemetry.Observe(service)
//
// A middleware of OpenTelemetry for Gin or Echo makes the spans; it goes before the guards. Metrics
// have kinds and reasons alone, whose number is bounded. Ids of users and sessions, which are personal
// data, are in spans only if [UserIDs] says so. No password, token, key or hash is in either.
package otelauth

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	auth "github.com/authplug/authplug/core"
)

const scope = "github.com/authplug/authplug/otelauth"

// Telemetry turns events into metrics and span events. It is safe for concurrent use.
type Telemetry struct {
	meters  metric.MeterProvider
	tracers trace.TracerProvider
	userIDs bool

	meter  metric.Meter
	events metric.Int64Counter
	purged metric.Int64Counter
}

// Option changes a [Telemetry].
type Option func(*Telemetry)

// MeterProvider makes the metrics. Defaults to the global one.
func MeterProvider(p metric.MeterProvider) Option { return func(t *Telemetry) { t.meters = p } }

// TracerProvider makes spans for what happens in none, such as a purge. Defaults to the global one.
func TracerProvider(p trace.TracerProvider) Option { return func(t *Telemetry) { t.tracers = p } }

// UserIDs puts the ids of users and sessions into span events. Defaults to leaving them out.
func UserIDs() Option { return func(t *Telemetry) { t.userIDs = true } }

// New returns a telemetry, or the error of the meter provider.
func New(options ...Option) (*Telemetry, error) {
	t := &Telemetry{meters: otel.GetMeterProvider(), tracers: otel.GetTracerProvider()}
	for _, option := range options {
		option(t)
	}
	t.meter = t.meters.Meter(scope)
	var err error
	t.events, err = t.meter.Int64Counter("auth.events",
		metric.WithDescription("What happened: logins, refreshes, refusals."), metric.WithUnit("{event}"))
	if err != nil {
		return nil, err
	}
	t.purged, err = t.meter.Int64Counter("auth.purged",
		metric.WithDescription("Sessions and blacklist entries that were past and removed."), metric.WithUnit("{row}"))
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Events returns a sink for [auth.Settings.Events] that also passes each event on to others, in their
// order.
func (t *Telemetry) Events(others ...func(context.Context, auth.Event)) func(context.Context, auth.Event) {
	return func(ctx context.Context, e auth.Event) {
		t.record(ctx, e)
		for _, other := range others {
			other(ctx, e)
		}
	}
}

func (t *Telemetry) record(ctx context.Context, e auth.Event) {
	common := []attribute.KeyValue{attribute.String("auth.event", string(e.Kind))}
	if e.Reason != "" {
		common = append(common, attribute.String("auth.reason", e.Reason))
	}
	t.events.Add(ctx, 1, metric.WithAttributes(common...))
	if e.Kind == auth.EventPurged {
		t.purged.Add(ctx, int64(e.Count))
	}
	span := trace.SpanFromContext(ctx)
	if !span.SpanContext().IsValid() { // nobody traces the request: the event is a span of its own
		_, span = t.tracers.Tracer(scope).Start(ctx, "auth."+string(e.Kind), trace.WithTimestamp(e.At))
		defer span.End()
	}
	if !span.IsRecording() {
		return
	}
	span.AddEvent("auth."+string(e.Kind), trace.WithTimestamp(e.At), trace.WithAttributes(t.detailed(common, e)...))
	if e.Kind == auth.EventFailure || e.Kind == auth.EventUnavailable {
		span.SetStatus(codes.Error, string(e.Kind))
	}
}

func (t *Telemetry) detailed(attributes []attribute.KeyValue, e auth.Event) []attribute.KeyValue {
	if !t.userIDs {
		return attributes
	}
	for name, id := range map[string]string{"user.id": e.UserID, "session.id": e.SessionID} {
		if id != "" {
			attributes = append(attributes, attribute.String(name, id))
		}
	}
	return attributes
}

// Observe adds what a service counts itself: password hashes that were computed, that run, that wait,
// and calls that could not wait.
func (t *Telemetry) Observe(s *auth.Service) error {
	computed, err := t.meter.Int64ObservableCounter("auth.password.hashes",
		metric.WithDescription("Password hashes begun."), metric.WithUnit("{hash}"))
	if err != nil {
		return err
	}
	busy, err := t.meter.Int64ObservableCounter("auth.password.busy",
		metric.WithDescription("Calls that were answered 503 because too many waited for a hash."), metric.WithUnit("{call}"))
	if err != nil {
		return err
	}
	waiting, err := t.meter.Int64ObservableGauge("auth.password.waiting",
		metric.WithDescription("Calls that wait for a hash."), metric.WithUnit("{call}"))
	if err != nil {
		return err
	}
	_, err = t.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		stats := s.PasswordStats()
		o.ObserveInt64(computed, int64(stats.Computed)) //nolint:gosec // Nobody hashes that many.
		o.ObserveInt64(busy, int64(stats.Busy))         //nolint:gosec // Nor are there that many calls.
		o.ObserveInt64(waiting, int64(stats.Waiting))
		return nil
	}, computed, busy, waiting)
	return err
}
