// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The teams that people work in.
package struct TeamService: Sendable {
    private let store = TeamStore()
    private let journal: Journal
    private let describe: Describe<TeamDetails>

    package init(journal: Journal, describe: @escaping Describe<TeamDetails>) {
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Team>, in snapshot: Snapshot) throws -> Team {
        guard let team = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return team
    }

    package func list(
        _ request: PageRequest<TeamSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Team> {
        try store.page(request, in: snapshot)
    }

    package func create(
        _ details: TeamDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Team {
        try demandFree(details.name, in: transaction)
        guard let id = try store.insert(details, at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        return try record("team.created", id, nil, by: occasion, in: transaction)
    }

    package func change(
        _ team: Team,
        to details: TeamDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Team {
        guard details != team.details else { return team }
        try demandFree(details.name, in: transaction)
        try store.update(team.id, to: details, at: occasion.at, in: transaction)
        return try record("team.changed", team.id, team, by: occasion, in: transaction)
    }

    private func demandFree(_ name: String, in transaction: Transaction) throws {
        guard let other = try store.id(name: name, in: transaction) else { return }
        throw ServiceError.duplicate(Subject(.team, other))
    }

    private func record(
        _ action: String,
        _ id: ID<Team>,
        _ old: Team?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Team {
        let new = try find(id, in: transaction)
        try journal.append(
            action,
            Subject(.team, id),
            changes: describe(old?.details, new.details),
            by: occasion,
            in: transaction
        )
        return new
    }
}
