// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import HTTPServer

/// How a service runs.
package struct ServiceSettings: Sendable {
    package var databasePath: String
    package var server = ServerConfiguration()
    /// The zone in which dates begin and business days are counted.
    package var zone = CivilTimeZone.shanghai
    package var migrates = true
    package var opensMetrics = false
    /// The most bytes of an import.
    package var importLimit = 4 << 30
    /// How long a stop waits for what runs.
    package var drainTime = Duration.seconds(30)

    package init(databasePath: String) {
        self.databasePath = databasePath
    }
}
