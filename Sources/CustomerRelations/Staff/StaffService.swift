// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The people who work here, and whether they can be spoken to.
package struct StaffService: Sendable {
    /// How changes are written down.
    package struct Descriptions: Sendable {
        let details: Describe<StaffDetails>
        let presence: Describe<StaffPresence>

        package init(
            details: @escaping Describe<StaffDetails>,
            presence: @escaping Describe<StaffPresence>
        ) {
            self.details = details
            self.presence = presence
        }
    }

    let store = StaffStore()
    private let teams = TeamStore()
    private let tokens = TokenStore()
    private let journal: Journal
    private let descriptions: Descriptions

    package init(journal: Journal, descriptions: Descriptions) {
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(
        _ id: ID<StaffMember>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> StaffMember {
        guard let member = try store.find(id, at: now, in: snapshot) else {
            throw ServiceError.notFound
        }
        return member
    }

    /// The person whom a token belongs to.
    package func owner(
        of token: ID<Token>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> StaffMember {
        guard let id = try tokens.staff(of: token, in: snapshot) else {
            throw ServiceError.notFound
        }
        return try find(id, at: now, in: snapshot)
    }

    /// Whether a token belongs to somebody else than a person; a tool's is nobody's.
    package func isOther(
        than id: ID<StaffMember>,
        ownerOf token: ID<Token>?,
        in snapshot: Snapshot
    ) throws -> Bool {
        guard let token, let owner = try tokens.staff(of: token, in: snapshot) else { return false }
        return owner != id
    }

    package func list(
        _ filter: StaffFilter,
        _ request: PageRequest<StaffSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<StaffMember> {
        try store.page(filter, request, at: now, in: snapshot)
    }

    package func create(
        _ details: StaffDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffMember {
        try demand(details, of: nil, in: transaction)
        guard let id = try store.insert(details, at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        try record("staff.created", id, nil, details, by: occasion, in: transaction)
        return try find(id, at: occasion.at, in: transaction)
    }

    /// Replaces what is recorded of a person; a change that changes nothing leaves no trace.
    package func change(
        _ member: StaffMember,
        to details: StaffDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffMember {
        guard details != member.details else { return member }
        guard member.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the person has left", allowed: [])
        }
        try demand(details, of: member, in: transaction)
        try store.update(member.id, to: details, at: occasion.at, in: transaction)
        try record(
            "staff.changed",
            member.id,
            member.details,
            details,
            by: occasion,
            in: transaction
        )
        return try find(member.id, at: occasion.at, in: transaction)
    }

    private func record(
        _ action: String,
        _ id: ID<StaffMember>,
        _ old: StaffDetails?,
        _ new: StaffDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            action,
            Subject(.staff, id),
            changes: descriptions.details(old, new),
            by: occasion,
            in: transaction
        )
    }
}

// MARK: - Rules

extension StaffService {
    /// Holds what is to be recorded of a person, who is new or changed, against the rules.
    private func demand(
        _ details: StaffDetails,
        of member: StaffMember?,
        in transaction: Transaction
    ) throws {
        var refusals = details.doubles
        if let team = details.teamID, try teams.find(team, in: transaction) == nil {
            refusals.append(.init("/teamId", "there is no team \(team.rawValue)"))
        }
        // One who has left may still be named by whom they led.
        if details.leaderID != member?.details.leaderID,
            let refusal = try store.refusal(of: details.leaderID, "/leaderId", in: transaction)
        {
            refusals.append(refusal)
        }
        try details.workingHours.demandOrder("/workingHours", beside: refusals)
        try demandNoCycle(details, of: member?.id, in: transaction)
    }

    /// Nobody is led by themselves, through however many others.
    private func demandNoCycle(
        _ details: StaffDetails,
        of id: ID<StaffMember>?,
        in transaction: Transaction
    ) throws {
        guard let id else { return }
        var chain: [ID<StaffMember>] = []
        var next = details.leaderID
        while let leader = next {
            chain.append(leader)
            guard leader != id else { throw ServiceError.leaderCycle(chain) }
            next = try store.leader(of: leader, in: transaction)
        }
    }
}

extension StaffDetails {
    /// What is named twice.
    fileprivate var doubles: [ServiceError.Refusal] {
        func doubles(_ names: [String], _ pointer: (Int) -> String) -> [ServiceError.Refusal] {
            names.enumerated().filter { names[..<$0.offset].contains($0.element) }
                .map { .init(pointer($0.offset), "is given twice") }
        }
        return doubles(skills.map(\.name)) { "/skills/\($0)/name" }
            + doubles(languages) { "/languages/\($0)" }
    }
}

extension StaffStore {
    /// What is wrong with naming this person: nothing if there is one who has not left.
    func refusal(
        of id: ID<StaffMember>?,
        _ pointer: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ServiceError.Refusal? {
        guard let id, try !isActive(id, in: snapshot) else { return nil }
        return .init(pointer, "there is no person \(id.rawValue)")
    }

    /// Refuses an input that names a person who is not there or has left.
    func demand(
        _ id: ID<StaffMember>?,
        _ pointer: String,
        in snapshot: Snapshot
    ) throws {
        guard let refusal = try refusal(of: id, pointer, in: snapshot) else { return }
        throw ServiceError.refused([refusal])
    }
}

// MARK: - Presence

extension StaffService {
    package func presence(
        of id: ID<StaffMember>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> StaffPresence {
        guard let member = try store.find(id, at: now, in: snapshot), member.archivedAt == nil
        else { throw ServiceError.unknownPerson(id) }
        return member.presence
    }

    /// Says whether a person can be spoken to, for a shift unless told otherwise.
    package func setPresence(
        of id: ID<StaffMember>,
        to new: NewPresence,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffPresence {
        let old = try presence(of: id, at: occasion.at, in: transaction)
        let expiry =
            new.expiresAt ?? occasion.at.adding(milliseconds: NewPresence.usualLength)
        guard expiry > occasion.at else {
            throw ServiceError.refused("/expiresAt", "must lie in the future")
        }
        guard expiry.milliseconds(since: occasion.at) <= NewPresence.longest else {
            throw ServiceError.refused("/expiresAt", "must not lie more than 7 days ahead")
        }
        try store.setPresence(of: id, to: new.presence, until: expiry, in: transaction)
        let presence = StaffPresence(presence: new.presence, expiresAt: expiry)
        guard presence != old else { return presence }
        try journal.append(
            "staff.presence-changed",
            Subject(.staff, id),
            changes: descriptions.presence(nil, presence),
            by: occasion,
            in: transaction
        )
        return presence
    }
}
