// SPDX-License-Identifier: Apache-2.0
import SQLite

/// How a customer chooses between brands (M20, 忠诚/品牌转移/无品牌忠诚).
package enum Attitude: String, Sendable, CaseIterable, ColumnValue {
    case loyal
    case switcher
    case none

    init(_ share: WalletShare, hasSwitched: Bool) {
        if share.reaches(percent: 80), !hasSwitched {
            self = .loyal
        } else if share.reaches(percent: 20) || hasSwitched {
            self = .switcher
        } else {
            self = .none
        }
    }
}

/// What attitude is told by, as a run found it.
package struct AttitudeFinding: Sendable, Equatable {
    package let attitude: Attitude
    package let share: WalletShare
    /// The last change from one brand to another in the window; nil if there was none.
    package let switchedAt: Instant?

    init(attitude: Attitude, share: WalletShare, switchedAt: Instant?) {
        self.attitude = attitude
        self.share = share
        self.switchedAt = switchedAt
    }

    /// Nil where nothing is known of what the customer buys in all.
    init?(_ categories: [CategoryShare]) {
        guard let share = WalletShare(of: categories) else { return nil }
        let switchedAt = categories.filter(\.isCounted).compactMap(\.switchedAt).max()
        self.init(
            attitude: Attitude(share, hasSwitched: switchedAt != nil),
            share: share,
            switchedAt: switchedAt
        )
    }
}
