package otelauth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
	"github.com/authplug/authplug/otelauth"
)

const (
	email    = "ann@example.com"
	password = "correct horse battery staple"
	wrong    = "another horse and its staple"
	key      = "a key for these tests, of more than thirty-two bytes: 5f1e"
)

// observed is a service whose metrics, spans and log can be looked at.
type observed struct {
	service *auth.Service
	reader  *metric.ManualReader
	spans   *tracetest.SpanRecorder
	tracer  *trace.TracerProvider
	log     *bytes.Buffer
}

func newObserved(t *testing.T, options ...otelauth.Option) *observed {
	t.Helper()
	o := &observed{reader: metric.NewManualReader(), spans: tracetest.NewSpanRecorder(), log: &bytes.Buffer{}}
	o.tracer = trace.NewTracerProvider(trace.WithSpanProcessor(o.spans))
	telemetry, err := otelauth.New(append(options, otelauth.TracerProvider(o.tracer), otelauth.MeterProvider(metric.NewMeterProvider(metric.WithReader(o.reader))))...)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	settings := auth.Settings{
		Signing: auth.Signing{Key: key}, Passwords: auth.PasswordSettings{Weak: true}, Events: telemetry.Events(auth.LogEvents(log)),
	}
	if o.service, err = auth.New(settings, auth.In(memstore.New())); err != nil {
		t.Fatal(err)
	}
	if err := telemetry.Observe(o.service); err != nil {
		t.Fatal(err)
	}
	return o
}

// run does what a service does all day, in one span, and returns the secrets of it.
func (o *observed) run(t *testing.T) (u *auth.User, secrets []string) {
	t.Helper()
	ctx, span := o.tracer.Tracer("test").Start(context.Background(), "a day")
	defer span.End()
	u, err := o.service.CreateUser(ctx, auth.NewUser{Email: email, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	from := auth.Client{Address: "192.0.2.1", UserAgent: "test/1"}
	tokens, err := o.service.Login(ctx, auth.Credentials{Identifier: email, Password: password}, from)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = o.service.Login(ctx, auth.Credentials{Identifier: email, Password: wrong}, from)
	renewed, err := o.service.Refresh(ctx, tokens.Refresh, from)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = o.service.Refresh(ctx, tokens.Refresh, from) // it was replaced: the session ends
	_, _ = o.service.Refresh(ctx, renewed.Refresh+"x", from)
	err = o.service.ChangePassword(ctx, auth.PasswordChange{Identifier: email, Password: password, NewPassword: wrong, From: from})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := o.service.User(ctx, auth.UserKey{ID: u.ID})
	if err != nil {
		t.Fatal(err)
	}
	return u, []string{
		password, wrong, key, tokens.Access, tokens.Refresh, renewed.Access, renewed.Refresh, string(u.PasswordHash),
		string(stored.PasswordHash), email,
	}
}

// counted returns the events by kind.
func (o *observed) counted(t *testing.T) (events map[string]int64, all string) {
	t.Helper()
	var data metricdata.ResourceMetrics
	if err := o.reader.Collect(context.Background(), &data); err != nil {
		t.Fatal(err)
	}
	events = map[string]int64{}
	for _, m := range data.ScopeMetrics[0].Metrics {
		sum, ok := m.Data.(metricdata.Sum[int64])
		if !ok {
			continue
		}
		for _, point := range sum.DataPoints {
			kind, _ := point.Attributes.Value("auth.event")
			events[m.Name+" "+kind.AsString()] += point.Value
		}
	}
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return events, string(text)
}

func TestEventsAreCounted(t *testing.T) {
	o := newObserved(t)
	o.run(t)
	got, _ := o.counted(t)
	want := map[string]int64{
		"auth.events registered": 1, "auth.events login": 1, "auth.events login_failed": 1, "auth.events refreshed": 1,
		"auth.events refresh_reused": 1, "auth.events refresh_failed": 1, "auth.events password_changed": 1,
		"auth.password.hashes ": 5, "auth.password.busy ": 0,
	}
	if !maps.Equal(got, want) {
		t.Errorf("counted %v\nwant    %v", got, want)
	}
}

func TestEventsAreOnTheSpanOfTheirRequest(t *testing.T) {
	for _, options := range [][]otelauth.Option{nil, {otelauth.UserIDs()}} {
		o := newObserved(t, options...)
		u, _ := o.run(t)
		spans := o.spans.Ended()
		if len(spans) != 1 || len(spans[0].Events()) < 7 {
			t.Fatalf("spans %v", spans)
		}
		ids := namesOf(spans[0].Events(), u.ID)
		if ids > 0 != (options != nil) {
			t.Errorf("%d events name the user", ids)
		}
	}
}

func TestAnEventWithoutASpanIsOne(t *testing.T) {
	o := newObserved(t)
	_, _ = o.service.Login(context.Background(), auth.Credentials{Identifier: email, Password: wrong}, auth.Client{})
	spans := o.spans.Ended()
	if len(spans) != 1 || spans[0].Name() != "auth.login_failed" || len(spans[0].Events()) != 1 {
		t.Errorf("spans %v", spans)
	}
}

// namesOf returns how many events name a user.
func namesOf(events []trace.Event, id string) (n int) {
	for _, e := range events {
		for _, a := range e.Attributes {
			if string(a.Key) == "user.id" && a.Value.AsString() == id {
				n++
			}
		}
	}
	return n
}

// LG-01.
func TestNothingSecretIsTold(t *testing.T) {
	o := newObserved(t, otelauth.UserIDs())
	_, secrets := o.run(t)
	_, metrics := o.counted(t)
	told := metrics + o.log.String()
	for _, span := range o.spans.Ended() {
		told += fmt.Sprintf("%s %+v %+v %+v", span.Name(), span.Attributes(), span.Events(), span.Status())
	}
	for _, secret := range secrets {
		for start := 0; start+16 <= len(secret); start++ {
			if part := secret[start : start+16]; len(secret) > 16 && strings.Contains(told, part) && !strings.HasPrefix(secret, "eyJ") {
				t.Fatalf("told %q of %q", part, secret)
			}
		}
		if strings.Contains(told, secret) {
			t.Fatalf("told %q", secret)
		}
	}
	if !strings.Contains(told, "refresh_reused") {
		t.Errorf("told %s", told)
	}
}
