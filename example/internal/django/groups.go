package django

import (
	"context"
	"fmt"
	"slices"
)

// membership is how the database says who is in which group. The zero value says that it does not.
type membership struct {
	members, groups table
	user            string // a column of members, which Django names after the model of users
}

func (s *Source) findGroups(ctx context.Context) error {
	m := membership{members: s.users + "_groups", groups: s.users.beside("auth_group")}
	for _, t := range []table{m.members, m.groups} {
		if there, err := s.has(ctx, t); err != nil || !there {
			return err
		}
	}
	found, err := s.db.QueryxContext(ctx, "SELECT * FROM "+m.members.quoted()+" WHERE 1 = 0") //nolint:sqlclosecheck // It is closed below.
	if err != nil {
		return err
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(columns, func(name string) bool { return name == "id" || name == "group_id" })
	if len(others) != 1 || !isName.MatchString(others[0]) {
		return fmt.Errorf("no column of %s can be told to name the user", m.members)
	}
	m.user = others[0]
	s.membership = m
	return found.Err()
}

// groupsOf returns the names of the groups, which are roles here, of the users with ids from first to last.
func (s *Source) groupsOf(ctx context.Context, first, last int64) (map[int64][]string, error) {
	m := s.membership
	if m.user == "" {
		return nil, nil
	}
	var found []struct {
		UserID int64
		Name   string
	}
	column := `m."` + m.user + `"`
	err := s.db.SelectContext(ctx, &found, s.db.Rebind("SELECT "+column+" AS userid, g.name AS name FROM "+m.members.quoted()+
		" m JOIN "+m.groups.quoted()+" g ON g.id = m.group_id WHERE "+column+" BETWEEN ? AND ?"), first, last)
	if err != nil {
		return nil, err
	}
	groups := map[int64][]string{}
	for _, f := range found {
		groups[f.UserID] = append(groups[f.UserID], f.Name)
	}
	for _, names := range groups {
		slices.Sort(names)
	}
	return groups, nil
}
