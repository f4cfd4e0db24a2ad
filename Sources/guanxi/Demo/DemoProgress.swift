// SPDX-License-Identifier: Apache-2.0

/// Shows how the demo base comes about: a bar on a terminal, else a line for each stage.
struct DemoProgress {
    private var bar = ProgressBar("demo")
    private var stage = ""

    mutating func show(_ doing: String, _ done: Double) {
        if !Console.isTerminal, doing != stage { Console.say("demo: \(doing)") }
        stage = doing
        bar.show(done, doing)
    }

    func end() {
        bar.end()
    }
}
