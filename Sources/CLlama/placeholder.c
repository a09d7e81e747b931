// SwiftPM wants a source file beside the module map.
