// SPDX-License-Identifier: Apache-2.0
import SQLite

/// What a token may do, one operation group each.
package enum Scope: String, Sendable, CaseIterable {
    case tiersRead = "tiers:read"
    case customersRead = "customers:read"
    case customersWrite = "customers:write"
    case customersMerge = "customers:merge"
    case contactsRead = "contacts:read"
    case contactsWrite = "contacts:write"
    case interactionsRead = "interactions:read"
    case interactionsWrite = "interactions:write"
    case complaintsRead = "complaints:read"
    case complaintsWrite = "complaints:write"
    case approvalsRead = "approvals:read"
    case approvalsWrite = "approvals:write"
    case tasksRead = "tasks:read"
    case tasksWrite = "tasks:write"
    case staffRead = "staff:read"
    case staffWrite = "staff:write"
    case presenceWrite = "presence:write"
    case callsRead = "calls:read"
    case callsWrite = "calls:write"
    case articlesRead = "articles:read"
    case articlesWrite = "articles:write"
    case productsRead = "products:read"
    case productsWrite = "products:write"
    case ordersRead = "orders:read"
    case ordersWrite = "orders:write"
    case warningsRead = "warnings:read"
    case warningsWrite = "warnings:write"
    case plansRead = "plans:read"
    case plansWrite = "plans:write"
    case policiesWrite = "policies:write"
    case runsWrite = "runs:write"
    case reportsRead = "reports:read"
    case eventsRead = "events:read"
    case imports
    case exports
    case auditRead = "audit:read"
    case metricsRead = "metrics:read"
    case tokensWrite = "tokens:write"
    case backups
}

/// The roles, each of which holds all scopes of the one before.
package enum Role: String, Sendable, CaseIterable, ColumnValue {
    case reader
    case agent
    case manager
    case steward
    case admin

    /// What this role adds to the one before it.
    private var added: [Scope] {
        switch self {
        case .reader: [.tiersRead, .customersRead]
        case .agent:
            [
                .customersWrite, .contactsRead, .contactsWrite,
                .interactionsRead, .interactionsWrite, .complaintsRead,
                .complaintsWrite, .articlesRead, .productsRead, .staffRead, .presenceWrite,
                .callsRead, .callsWrite, .approvalsRead, .approvalsWrite,
                .tasksRead, .tasksWrite, .warningsRead,
            ]
        case .manager:
            [
                .articlesWrite, .productsWrite, .ordersRead, .ordersWrite, .plansRead, .plansWrite,
                .warningsWrite,
                .policiesWrite,
                .runsWrite,
                .reportsRead, .eventsRead, .imports, .staffWrite,
            ]
        case .steward: [.exports, .auditRead, .customersMerge]
        case .admin: [.metricsRead, .tokensWrite, .backups]
        }
    }

    package var scopes: [Scope] {
        Self.allCases.prefix { $0 != self }.flatMap(\.added) + added
    }
}
