// SPDX-License-Identifier: Apache-2.0

/// What in here asks people to do something: how the causes of its tasks begin.
///
/// By a cause a task is found again. So no person may give one that begins in this way.
struct TaskOrigin: Sendable {
    static let approval = TaskOrigin(prefix: "approval:")
    static let promise = TaskOrigin(prefix: "promise:")
    static let warning = TaskOrigin(prefix: "warning:")
    static let purchases = TaskOrigin(prefix: "cumulative-amount:")
    static let fall = TaskOrigin(prefix: "stage-fall-")

    private static let all =
        [approval, promise, warning, purchases, fall] + DebtorStep.allCases.map(\.origin)

    let prefix: String

    /// The cause that ends in this way.
    func cause(_ rest: String) -> String { prefix + rest }

    func cause(_ id: ID<some Any>) -> String { cause("\(id.rawValue)") }

    /// The one that a cause is of; nil where a person gave it.
    static func of(_ cause: String) -> TaskOrigin? {
        all.first { cause.hasPrefix($0.prefix) }
    }
}
