/** What a SparkContext can do besides making RDDs, in a file each. */
import './added-files'
import './job-groups'
import './local-property'
import './log-level'
import './spark-listener'
import './status-tracker'
import './storage-info'
import './submit-job'
