// SPDX-License-Identifier: Apache-2.0

/// How much was said on which way (M48, 沟通途径), group by group.
package enum InteractionReport {
    /// What interactions are put together by.
    package enum Grouping: String, Sendable, CaseIterable {
        case channel
        case content
        case direction
        case month
    }

    package typealias Filter = ReportFilter<Grouping>

    /// The figures of a group.
    package struct Row: Sendable, Equatable {
        package let key: String
        package var inbound = 0
        package var outbound = 0
        /// How long they took together, as far as that is recorded.
        package var durationSeconds = 0

        package var interactions: Int { inbound + outbound }
    }
}
