// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Something that the record of a kept customer took over from that of a duplicate.
struct MergedValue: Sendable, Hashable {
    enum Member: String, Sendable, CaseIterable, ColumnValue {
        case phone
        case email
        case tag
        case externalID = "external-id"
        case source
        case owner
        case timeZone = "time-zone"
        case creditLimit = "credit-limit"
        /// Holds what stood in its place.
        case profile
    }

    let member: Member
    let value: String

    init(_ member: Member, _ value: String = "") {
        self.member = member
        self.value = value
    }
}

/// Puts the groups of a second profile beside those of a first, both JSON text.
package typealias JoinProfiles = @Sendable (_ first: String, _ second: String) -> String

extension CustomerDetails {
    /// Takes over what it lacks from a duplicate; what both have says what this one has.
    mutating func adopt(_ other: CustomerDetails, joining: JoinProfiles) -> [MergedValue] {
        var values: [MergedValue] = []
        for phone in other.phones where !phones.contains(where: { $0.e164 == phone.e164 }) {
            phones.append(phone)
            values.append(MergedValue(.phone, phone.e164))
        }
        for email in other.emails
        where !emails.contains(where: { $0.lowercased() == email.lowercased() }) {
            emails.append(email)
            values.append(MergedValue(.email, email))
        }
        for tag in other.tags where !tags.contains(tag) {
            tags.append(tag)
            values.append(MergedValue(.tag, tag))
        }
        if let name = other.externalID, externalID == nil {
            externalID = name
            values.append(MergedValue(.externalID, name))
        }
        func fill<Value>(_ member: MergedValue.Member, _ own: inout Value?, _ its: Value?) {
            guard own == nil, let its else { return }
            own = its
            values.append(MergedValue(member))
        }
        fill(.source, &source, other.source)
        fill(.owner, &ownerID, other.ownerID)
        fill(.timeZone, &timeZone, other.timeZone)
        fill(.creditLimit, &creditLimit, other.creditLimit)
        if let its = other.profile {
            let joined = profile.map { joining($0, its) } ?? its
            if joined != profile {
                values.append(MergedValue(.profile, profile ?? ""))
                profile = joined
            }
        }
        return values
    }

    /// Gives back what it took over, but for what has become something else since.
    mutating func giveBack(
        _ values: [MergedValue],
        of other: CustomerDetails,
        joining: JoinProfiles
    ) {
        for value in values {
            switch value.member {
            // One that was labelled or typed otherwise since is no longer what the merge brought.
            case .phone:
                phones.removeAll { $0.e164 == value.value && other.phones.contains($0) }
            case .email: emails.removeAll { $0 == value.value }
            case .tag: tags.removeAll { $0 == value.value }
            case .externalID: if externalID == value.value { externalID = nil }
            case .source: if source == other.source { source = nil }
            case .owner: if ownerID == other.ownerID { ownerID = nil }
            case .timeZone: if timeZone == other.timeZone { timeZone = nil }
            case .creditLimit: if creditLimit == other.creditLimit { creditLimit = nil }
            case .profile:
                let old = value.value.isEmpty ? nil : value.value
                let joined = other.profile.map { its in old.map { joining($0, its) } ?? its }
                if profile == joined { profile = old }
            }
        }
    }

    /// Keeps what was taken over by a merge and is still there, whatever a row of an import says that
    /// knows nothing of it.
    mutating func keep(_ values: Set<MergedValue>, of old: CustomerDetails) {
        guard !values.isEmpty else { return }
        phones += old.phones.filter { phone in
            values.contains(MergedValue(.phone, phone.e164))
                && !phones.contains { $0.e164 == phone.e164 }
        }
        emails += old.emails.filter {
            values.contains(MergedValue(.email, $0)) && !emails.contains($0)
        }
        tags += old.tags.filter { values.contains(MergedValue(.tag, $0)) && !tags.contains($0) }
    }

    /// Of what it has more than a customer may have.
    func excess(_ id: ID<Customer>) -> MergeFault? {
        for (what, count, limit) in [
            ("phones", phones.count, Self.phoneLimit), ("emails", emails.count, Self.emailLimit),
            ("tags", tags.count, Self.tagLimit),
        ] where count > limit {
            return .tooLarge(id, what, count: count, limit: limit)
        }
        return nil
    }
}
