// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on teams.
package struct TeamRoutes {
    private let teams: TeamService

    package init(teams: TeamService) {
        self.teams = teams
    }

    package var all: [APIRoute] {
        [create, list, find, change]
    }

    private var create: APIRoute {
        .write(
            .post,
            "/v1/teams",
            name: "createTeam",
            summary: "Creates a team",
            tag: "Staff",
            scope: Scope.staffWrite.rawValue,
            takes: .body(TeamDetails.fields),
            returns: .created(Team.fields) { Subject(.team, $0.id).path },
            problems: [.duplicate]
        ) { [teams] details, call, transaction in
            try teams.create(details, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/teams",
            name: "listTeams",
            summary: "Lists teams",
            tag: "Staff",
            scope: Scope.staffRead.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: Team.fields,
                sorts: TeamSorting.allCases.map(\.rawValue)
            )
        ) { [teams] query, _, snapshot in
            try teams.list(query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/teams/{team}",
            ID<Team>.self,
            name: "getTeam",
            summary: "Reads a team",
            tag: "Staff",
            scope: Scope.staffRead.rawValue,
            takes: .nothing,
            returns: .record(Team.fields)
        ) { [teams] _, _, snapshot, id in
            try teams.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/teams/{team}",
            ID<Team>.self,
            name: "changeTeam",
            summary: "Changes a team",
            tag: "Staff",
            scope: Scope.staffWrite.rawValue,
            fields: TeamDetails.fields,
            details: \.details,
            returns: Team.fields,
            problems: [.duplicate],
            find: { [teams] _, _, transaction, id in try teams.find(id, in: transaction) },
            apply: { [teams] details, team, call, transaction in
                try teams.change(team, to: details, by: call.occasion, in: transaction)
            }
        )
    }
}
