package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// originalApp is a client-service as the original of the protocol is one: for each request it has
// the token verified, and then fetches the profile. What it does with users is left out.
func originalApp(client *http.Client, url string) http.Handler {
	guard := func(c *gin.Context) {
		access := strings.TrimPrefix(c.GetHeader("Authorization"), "Bearer ")
		profile, err := profileOf(client, url, access)
		if err != nil {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		c.Set("user", profile)
	}
	return newGin(guard, func(c *gin.Context) { c.Status(statusFor(c.GetStringMap("user")["id"] != nil)) })
}

func profileOf(client *http.Client, url, access string) (profile map[string]any, err error) {
	question, err := json.Marshal(map[string]string{"token": access})
	if err != nil {
		return nil, err
	}
	if err := call(client, http.MethodPost, url+"/auth/token/verify/", "", question, nil); err != nil {
		return nil, err
	}
	err = call(client, http.MethodGet, url+"/auth/user/", access, nil, &profile)
	return profile, err
}

// call reads an answer into what into points to, unless that is nil.
func call(client *http.Client, method, url, access string, body []byte, into any) error {
	r, err := http.NewRequest(method, url, bytes.NewReader(body)) //nolint:noctx // The client has a time limit.
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	p, err := client.Do(r)
	if err != nil {
		return err
	}
	defer p.Body.Close()
	text, err := io.ReadAll(p.Body)
	if err != nil || p.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %d: %w", method, url, p.StatusCode, err)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}
