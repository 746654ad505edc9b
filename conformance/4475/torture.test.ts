/** Every message of RFC 4475 meets what its manifest expects. */
import { describeTorture } from "./torture-suite.js";

describeTorture("4475", "rfc4475");
