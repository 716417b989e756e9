package storetest

import (
	"testing"

	auth "github.com/authplug/authplug/core"
)

func lister() []claim {
	return []claim{
		{"users are listed page by page, each once", listPages},
		{"a page starts behind a deleted user", listBehindDeleted},
		{"every field comes back in a list, as a copy", listCopies},
		{"a limit below one lists nobody", listNobody},
	}
}

// listable returns s as a lister, or skips the test: the ability is optional.
func listable(t *testing.T, s auth.Store) auth.UserLister {
	t.Helper()
	l, ok := s.(auth.UserLister)
	if !ok {
		t.Skip("the store is no auth.UserLister")
	}
	return l
}

// page returns a page of ids.
func page(t *testing.T, l auth.UserLister, after string, limit int) []string {
	t.Helper()
	list, err := l.Users(t.Context(), after, limit)
	isNil(t, err)
	ids := make([]string, len(list))
	for i, u := range list {
		ids[i] = u.ID
	}
	return ids
}

func listPages(t *testing.T, s auth.Store) {
	l := listable(t, s)
	inOrder(t, page(t, l, "", 10))
	var all []string
	for n := range 12 { // past ten, where the order of numbers is not that of texts
		all = append(all, owner(t, s, n))
	}
	whole := page(t, l, "", 100)
	anyOrder(t, whole, all...)
	for _, size := range []int{1, 5, 12, 13} {
		var walked []string
		for last, more := "", true; more && len(walked) <= len(all); {
			ids := page(t, l, last, size)
			walked = append(walked, ids...)
			if more = len(ids) == size; more {
				last = ids[size-1]
			}
		}
		inOrder(t, walked, whole...)
	}
}

func listBehindDeleted(t *testing.T, s auth.Store) {
	l := listable(t, s)
	for n := range 4 {
		owner(t, s, n)
	}
	ids := page(t, l, "", 4)
	isNil(t, s.DeleteUser(t.Context(), ids[1]))
	inOrder(t, page(t, l, ids[1], 10), ids[2:]...)
	inOrder(t, page(t, l, "", 10), ids[0], ids[2], ids[3])
	inOrder(t, page(t, l, ids[3], 10))
}

func listCopies(t *testing.T, s auth.Store) {
	l := listable(t, s)
	want := create(t, s, fullUser())
	for range 2 {
		list, err := l.Users(t.Context(), "", 10)
		isNil(t, err)
		if len(list) != 1 {
			t.Fatalf("%d users, want 1", len(list))
		}
		same(t, list[0], want)
		scribble(list[0])
	}
}

func listNobody(t *testing.T, s auth.Store) {
	l := listable(t, s)
	owner(t, s, 1)
	inOrder(t, page(t, l, "", 0))
	inOrder(t, page(t, l, "", -1))
}
