// SPDX-License-Identifier: Apache-2.0
import SQLite

/// The profit pyramid's tiers (M18, 关键/普通/小客户), the highest first.
package enum Tier: String, Sendable, CaseIterable, ColumnValue {
    case key
    case ordinary
    case small
}

/// The class by purchase amount (M19, ABC 分类).
package enum ABCClass: String, Sendable, CaseIterable, ColumnValue {
    case a = "A"
    case b = "B"
    case c = "C"
}
