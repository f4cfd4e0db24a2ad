// SPDX-License-Identifier: Apache-2.0
import JSON

/// The filter of a list that has none.
struct NoFilter: Sendable {
    static let fields = Fields(nil, { NoFilter() })
}
