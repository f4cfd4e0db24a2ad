// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A customer: what was recorded, and what the service derives from it.
package struct Customer: Sendable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case individual
        case enterprise
    }

    /// The place in the chain of trade (M03, 末端/中级/内部客户).
    package enum Role: String, Sendable, CaseIterable, ColumnValue {
        case end
        case intermediary
        case `internal`
    }

    /// How far the relation has come (M04, 潜在/目标/现有/流失客户).
    package enum Lifecycle: String, Sendable, CaseIterable, ColumnValue {
        case prospect
        case target
        case active
        case dormant
        case lost
    }

    /// How much of what the customer buys comes from us (M21, 关系四阶段).
    package enum Stage: String, Sendable, CaseIterable, ColumnValue {
        case development
        case initial
        case stable
        case strategic
    }

    package let id: ID<Customer>
    package let details: CustomerDetails
    /// The tier in the tier run with the latest date; nil before the first (M18).
    package let tier: Tier?
    package let stage: Stage?
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
    package let archivedAt: Instant?

    package var reference: CustomerReference {
        CustomerReference(id: id, name: details.name, tier: tier)
    }
}

/// What is recorded of a customer.
package struct CustomerDetails: Sendable, Equatable {
    package static let phoneLimit = 20
    package static let emailLimit = 20
    package static let tagLimit = 50

    package var kind: Customer.Kind
    package var role: Customer.Role
    package var name: String
    package var externalID: String?
    package var phones: [CustomerPhone]
    package var emails: [String]
    package var source: CustomerSource?
    package var lifecycle: Customer.Lifecycle
    package var ownerID: ID<StaffMember>?
    package var tags: [String]
    package var timeZone: String?
    package var creditLimit: Money?
    /// The profile groups (M01, M02) as JSON text.
    package var profile: String?

    package init(
        kind: Customer.Kind,
        role: Customer.Role = .end,
        name: String,
        externalID: String? = nil,
        phones: [CustomerPhone] = [],
        emails: [String] = [],
        source: CustomerSource? = nil,
        lifecycle: Customer.Lifecycle = .prospect,
        ownerID: ID<StaffMember>? = nil,
        tags: [String] = [],
        timeZone: String? = nil,
        creditLimit: Money? = nil,
        profile: String? = nil
    ) {
        self.kind = kind
        self.role = role
        self.name = name
        self.externalID = externalID
        self.phones = phones
        self.emails = emails
        self.source = source
        self.lifecycle = lifecycle
        self.ownerID = ownerID
        self.tags = tags
        self.timeZone = timeZone
        self.creditLimit = creditLimit
        self.profile = profile
    }
}

/// A phone number of a customer: as typed, as E.164, as digits.
package struct CustomerPhone: Sendable, Equatable {
    package let typed: String
    package let e164: String
    package let digits: String
    package let label: String?

    package init(_ number: PhoneNumber, label: String? = nil) {
        self.init(
            typed: number.typed,
            e164: number.e164,
            digits: number.digits,
            label: label
        )
    }

    init(typed: String, e164: String, digits: String, label: String?) {
        self.typed = typed
        self.e164 = e164
        self.digits = digits
        self.label = label
    }
}

/// Where a customer came from (M05, 信息收集渠道).
package struct CustomerSource: Sendable, Equatable {
    /// The seven direct channels, then the six indirect ones.
    package enum Channel: String, Sendable, CaseIterable, ColumnValue {
        case survey
        case marketingEvent = "marketing-event"
        case service
        case pointOfSale = "point-of-sale"
        case fair
        case website
        case complaint
        case media
        case registry
        case bank
        case consultancy
        case list
        case other

        /// How whoever calls came: the method has one code for website and call centre.
        package static let callCenter = Channel.website

        package var way: Way {
            switch self {
            case .survey, .marketingEvent, .service, .pointOfSale, .fair, .website, .complaint:
                .direct
            case .media, .registry, .bank, .consultancy, .list, .other: .indirect
            }
        }
    }

    /// Whether customers are met, or told of by others.
    package enum Way: String, Sendable, CaseIterable {
        case direct
        case indirect
    }

    package let channel: Channel
    package let detail: String?

    package init(channel: Channel, detail: String? = nil) {
        self.channel = channel
        self.detail = detail
    }
}

/// A customer as other records name it.
package struct CustomerReference: Sendable, Equatable {
    package let id: ID<Customer>
    package let name: String
    package let tier: Tier?
}

/// What a list of customers is narrowed to.
package struct CustomerFilter: Sendable {
    package var text: String?
    package var tier: Tier?
    package var stage: Customer.Stage?
    package var lifecycle: Customer.Lifecycle?
    package var kind: Customer.Kind?
    package var ownerID: ID<StaffMember>?
    package var tag: String?
    package var updatedSince: Instant?

    package init(
        text: String? = nil,
        tier: Tier? = nil,
        stage: Customer.Stage? = nil,
        lifecycle: Customer.Lifecycle? = nil,
        kind: Customer.Kind? = nil,
        ownerID: ID<StaffMember>? = nil,
        tag: String? = nil,
        updatedSince: Instant? = nil
    ) {
        self.text = text
        self.tier = tier
        self.stage = stage
        self.lifecycle = lifecycle
        self.kind = kind
        self.ownerID = ownerID
        self.tag = tag
        self.updatedSince = updatedSince
    }
}

/// The orders in which customers are listed.
package enum CustomerSorting: String, Sendable, CaseIterable {
    case id
    case createdAt
    case updatedAt
    case name
}
