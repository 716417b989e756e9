package authtest

import (
	auth "github.com/authplug/authplug/core"
)

// Password is the password of every user of a fixture that was not given another one.
const Password = "Correct horse 9 battery staple!"

// User adds a user with [Password]. Changes say what else it is: [Roles], [Permissions], [Staff],
// [Superuser], [Inactive], or a function of the test's own.
//
//	ann := a.User("ann@example.com", authtest.Roles("editor"), authtest.Staff)
func (f *Fixture) User(email string, changes ...func(*auth.NewUser)) *auth.User {
	f.t.Helper()
	n := auth.NewUser{Email: email, Password: Password}
	for _, change := range changes {
		change(&n)
	}
	u, err := f.Service.CreateUser(f.own(), n)
	if err != nil {
		f.t.Fatalf("authtest: adding the user %q: %v", email, err)
	}
	return u
}

// Update changes a user, as [auth.Service.UpdateUser] does, and returns what it is now. Tokens
// minted before end as they do in production.
func (f *Fixture) Update(u *auth.User, change func(*auth.User)) *auth.User {
	f.t.Helper()
	now, err := f.Service.UpdateUser(f.own(), auth.UserKey{ID: u.ID}, func(u *auth.User) error {
		change(u)
		return nil
	})
	if err != nil {
		f.t.Fatalf("authtest: changing the user %q: %v", u.Email, err)
	}
	return now
}

// Delete removes a user, as [auth.Service.DeleteUser] does. Tokens minted before are then those of
// a user who is gone.
func (f *Fixture) Delete(u *auth.User) {
	f.t.Helper()
	if err := f.Service.DeleteUser(f.own(), u.ID); err != nil {
		f.t.Fatalf("authtest: deleting the user %q: %v", u.Email, err)
	}
}

// Roles gives a user roles.
func Roles(names ...string) func(*auth.NewUser) {
	return func(n *auth.NewUser) { n.Roles = append(n.Roles, names...) }
}

// Permissions gives a user permissions.
func Permissions(names ...string) func(*auth.NewUser) {
	return func(n *auth.NewUser) { n.Permissions = append(n.Permissions, names...) }
}

// Staff makes a user a member of the staff.
func Staff(n *auth.NewUser) { n.Staff = true }

// Superuser makes a user a superuser.
func Superuser(n *auth.NewUser) { n.Superuser = true }

// Inactive makes a user who may not log in. For a token of somebody who could once, mint it first
// and deactivate the user with [Fixture.Update] then.
func Inactive(n *auth.NewUser) { n.Inactive = true }
